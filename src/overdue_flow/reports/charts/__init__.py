"""Charts as values, drawn as SVG: each has a title, named axes with units, and a table that says the same in words."""
