"""What else can read texts in the decoder's place of the network: OpenVINO and llama.cpp, where they are installed."""
