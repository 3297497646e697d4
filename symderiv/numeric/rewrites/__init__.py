"""Terms into a form that can be computed: definitions unfolded, deltas summed out, values kept in range."""
