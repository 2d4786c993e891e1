-- append: one range

-- duckdb
-- not supported


-- append: two ranges

-- duckdb
-- not supported


-- append: a target without rows there

-- duckdb
-- not supported


-- append: the whole relation

-- duckdb
-- not supported
