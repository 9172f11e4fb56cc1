"""Tables: Finance: what the points cost, who pays for it, and the exports that close the books."""
