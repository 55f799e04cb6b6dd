"""What a run was: its record as sheets, its figures for the report page, and what another rule would have made of it."""
