"""Asking Optuna which settings to try next and which trainings to give up, in a process of its own."""
