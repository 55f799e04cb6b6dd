"""Files of strangers become questions: readers → cells → one validator → one report. Pure."""
