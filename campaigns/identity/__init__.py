"""Who somebody is: fans, operators, displays. No Flask here: web and realtime both use it."""
