"""What must agree in a homework before it can be proved; one module for each thing that can be wrong."""
