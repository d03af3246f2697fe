/** The basin being looked at. It lives in the address (#basin=ID), so that a link or the back button brings it back. */
export class Selection {
  constructor(basins, initial) {
    this.basins = basins;
    this.listeners = [];
    this.index = this.fromAddress() ?? initial;
    window.addEventListener("hashchange", () => {
      const index = this.fromAddress();
      if (index !== undefined && index !== this.index) this.set(index);
    });
  }

  fromAddress() {
    const id = new URLSearchParams(location.hash.slice(1)).get("basin");
    const index = this.basins.findIndex((basin) => basin.id === id);
    return index < 0 ? undefined : index;
  }

  /** Calls `listener(index)` at each change. */
  listen(listener) {
    this.listeners.push(listener);
  }

  set(index) {
    this.index = index;
    const hash = `#${new URLSearchParams({ basin: this.basins[index].id })}`;
    // Not location.hash: that would add a step to the history for every basin leafed through.
    if (location.hash !== hash) history.replaceState(null, "", hash);
    for (const listener of this.listeners) listener(index);
  }
}
