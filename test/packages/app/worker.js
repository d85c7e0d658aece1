import { createClient, PrivateKeys } from "@bc/share-client";

export default {
  async fetch(_request, { SHARE_URL }) {
    const client = createClient({ url: SHARE_URL, keys: PrivateKeys.generate() });
    const receipt = await client.storeShare(new TextEncoder().encode("a share of a seed"));
    const [found] = await client.retrieveShares([receipt]);
    return new Response(found.data);
  },
};
