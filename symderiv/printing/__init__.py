"""Terms as text: LaTeX for the notes, one line of plain text for terminals."""
