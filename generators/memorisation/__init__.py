"""The guard against memorisation: nothing leaves a generator that is a copy of a picture that it learned from.

`building` describes the training pictures and finds the limits; `guard` compares each sample with them; `forgetting`
takes erased ones out, without torch. The file lies beside a checkpoint's weights, or is handed to the child by itself.
"""

FILE = "guard.safetensors"
