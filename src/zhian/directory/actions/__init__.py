"""What an administrator does to the directory: each function is one transaction and one line
(or more) in its log. `by` is the appointment that acts; None is the console at set-up."""
