/**
 * A map that remembers what was used lately: at most twice `capacity`. When the young half is full it becomes the old one and what was in the
 * old one is forgotten, unless it was asked for in the meantime. A hit costs one look-up, unlike a list in order of use.
 */
export class GenerationMap<K, V> {
  readonly #capacity: number;
  readonly #weigh: (key: K) => number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #weight = 0;

  /** @param weigh what an entry counts for; 1 when absent. A single entry may weigh more than the capacity. */
  constructor(capacity: number, weigh: (key: K) => number = () => 1) {
    this.#capacity = capacity;
    this.#weigh = weigh;
  }

  get(key: K): V | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const old = this.#old.get(key);
    return old === undefined ? undefined : this.set(key, old);
  }

  /** Gives back the value. */
  set(key: K, value: V): V {
    if (this.#young.has(key)) {
      this.#young.set(key, value);
      return value;
    }
    const weight = this.#weigh(key);
    if (this.#weight + weight > this.#capacity && this.#young.size > 0) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(key, value);
    this.#weight += weight;
    return value;
  }
}
