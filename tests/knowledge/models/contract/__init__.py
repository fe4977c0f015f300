"""What every model must do, whichever it is."""
