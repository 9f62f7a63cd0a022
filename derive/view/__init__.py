"""Reports as people read them, in a terminal and in a notebook; `derivations.page` makes pages of the same parts."""
