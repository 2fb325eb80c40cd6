"""The product's own database: SQLite by default, PostgreSQL when grown up."""
