"""Files that are made from others: the chart's schema and the reference pages."""
