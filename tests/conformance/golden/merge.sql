-- merge: one range

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: two ranges

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: a target without rows there

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: the whole relation

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: the whole relation, delete_missing

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: one range, delete_missing

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: one range, moves

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: one range, moves and delete_missing

-- duckdb
-- not supported

-- postgres
-- not supported


-- merge: nothing but keys

-- duckdb
-- not supported

-- postgres
-- not supported
