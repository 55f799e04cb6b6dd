"""The demo campaign「小米手机知多少」: its facts, its plan, and the generator that makes questions out of both."""
