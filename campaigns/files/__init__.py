"""Files of strangers, opened in a process that may die of them; and workbooks of our own."""
