"""Everything that is kept, and the only SQL: one module of functions per noun, over one small database interface."""
