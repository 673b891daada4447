"""The review desk: people decide which rows are one business, and can take it back."""
