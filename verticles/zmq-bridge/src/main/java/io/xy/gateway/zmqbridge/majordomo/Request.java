package io.xy.gateway.zmqbridge.majordomo;

import java.util.List;

/**
 * A client's request, waiting or assigned.
 *
 * @param body the frames after the service: the request id and the payload, or the payload alone
 * @param sinceMillis when it came, on the broker's clock
 */
record Request(Identity client, List<byte[]> body, long sinceMillis) {}
