"""What we do, one verb a module. An operation loads facts, the core decides, one unit of work writes it."""
