-- append: one range

-- duckdb
-- not supported

-- postgres
-- not supported


-- append: two ranges

-- duckdb
-- not supported

-- postgres
-- not supported


-- append: a target without rows there

-- duckdb
-- not supported

-- postgres
-- not supported


-- append: the whole relation

-- duckdb
-- not supported

-- postgres
-- not supported
