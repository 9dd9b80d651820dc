"""The laptop's side of `vigtui connect`: the tunnel, the films that come through it, and the player that shows them."""
