"""The questions as pages in a terminal: pages as data, a pure reducer, one loop that draws."""
