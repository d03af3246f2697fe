// Gives the precompiled <torch/torch.h> a target to belong to.
