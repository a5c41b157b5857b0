"""What all HTML pages share: colours, styles, formats and the renderer."""
