"""Redis hurries: everything here can be lost and is rebuilt from SQL."""
