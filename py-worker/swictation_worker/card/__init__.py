"""What a card has: an NVIDIA one as torch and the driver tell, or a modelled one."""
