/** What a secret is. The page has words for each, in every language. */
export type SecretKind =
  | "seed"
  | "seed-share"
  | "recovery-words"
  | "key"
  | "private-key"
  | "private-keys"
  | "private-key-in-hex"
  | "secret-key"
  | "hex-key"
  | "wallet-private-key"
  | "wallet-keys"
  | "descriptor";
