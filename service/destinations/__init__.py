"""Where tags go: one module for each kind of tool."""
