"""What Firasa does: one function for each thing a person or a program asks of it, one transaction each."""
