"""The same graph in place and in blocks of rows, where each row can be vouched for."""
