"""Ways to closed forms; each module is one method or one family of them."""
