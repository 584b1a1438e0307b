package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamStatusException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullRequestOptions;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.Republish;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.xy.gateway.natsbridge.link.Fetched.Stored;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from one JetStream stream through a consumer that lives for the read only. Blocks; nothing in it needs more than
 * nats-server 2.9. One read at a time.
 */
final class StoredStream {
    private static final Logger LOG = LoggerFactory.getLogger(StoredStream.class);

    private static final JetStreamOptions OPTIONS =
            JetStreamOptions.builder().requestTimeout(Duration.ofSeconds(1)).build();
    private static final Duration ABANDONED = Duration.ofSeconds(5);
    private static final long MAX_BYTES = 16 << 20;
    private static final int BATCH = 256;

    private record Opened(String name, long start, long pending) {}

    private final Connection connection;
    private final JetStreamManagement management;
    private final Deadline deadline;
    private final Fetch fetch;

    StoredStream(Connection connection, Fetch fetch, Deadline deadline) throws IOException {
        this.connection = connection;
        this.management = connection.jetStreamManagement(OPTIONS);
        this.fetch = fetch;
        this.deadline = deadline;
    }

    Fetched read() throws IOException, JetStreamApiException, InterruptedException {
        StreamInfo info = management.getStreamInfo(fetch.stream());
        Republish republish = info.getConfiguration().getRepublish();
        Republication names = republish == null
                ? Republication.NONE
                : new Republication(republish.getSource(), republish.getDestination());
        List<Stored> values = new ArrayList<>();
        String filter = names.stored(fetch.pattern());
        boolean complete =
                filter == null || info.getStreamState().getMsgCount() == 0 || collect(filter, names, info, values);
        return new Fetched(
                epoch(info),
                republish != null,
                info.getStreamState().getFirstSequence(),
                info.getStreamState().getLastSequence(),
                Math.max(0, info.getConfiguration().getMaxMsgsPerSubject()),
                complete,
                values);
    }

    private static String epoch(StreamInfo info) {
        long created = info.getCreateTime().toInstant().toEpochMilli();
        return "js:" + info.getConfiguration().getName() + '@'
                + Long.toString(created, 36).toLowerCase(Locale.ROOT);
    }

    private boolean collect(String filter, Republication names, StreamInfo info, List<Stored> values)
            throws IOException, JetStreamApiException, InterruptedException {
        Opened consumer =
                switch (fetch.kind()) {
                    case LAST_OF_EACH -> open(filter, -1);
                    case ALL -> open(filter, fetch.after() + 1);
                    case NEWEST -> newest(filter, info);
                };
        try {
            boolean fits = consumer.pending <= fetch.values();
            if (!fits && fetch.kind() == Fetch.Kind.ALL) {
                return false;
            }
            long skip = fetch.kind() == Fetch.Kind.NEWEST ? Math.max(0, consumer.pending - fetch.values()) : 0;
            long wanted = Math.min(consumer.pending, skip + fetch.values());
            boolean read = drain(consumer, wanted, skip, names, values);
            return read
                    && fits
                    && consumer.start
                            <= Math.max(fetch.after() + 1, info.getStreamState().getFirstSequence());
        } finally {
            discard(consumer);
        }
    }

    /** A consumer that begins not much before the wanted number of messages; their place is found by counting. */
    private Opened newest(String filter, StreamInfo info) throws IOException, JetStreamApiException {
        long lowest = Math.max(fetch.after() + 1, info.getStreamState().getFirstSequence());
        long end = info.getStreamState().getLastSequence() + 1;
        long tooFew = end;
        long step = fetch.values();
        Opened found = open(filter, Math.max(lowest, end - step));
        while (found.pending < fetch.values() && found.start > lowest) {
            tooFew = found.start;
            step *= 8;
            found = reopen(found, filter, Math.max(lowest, end - step));
        }
        while (found.pending > 2L * fetch.values() && tooFew - found.start > 1) {
            long middle = found.start + (tooFew - found.start) / 2;
            Opened closer = open(filter, middle);
            if (closer.pending < fetch.values()) {
                tooFew = middle;
                discard(closer);
            } else {
                discard(found);
                found = closer;
            }
        }
        return found;
    }

    private Opened reopen(Opened old, String filter, long start) throws IOException, JetStreamApiException {
        discard(old);
        return open(filter, start);
    }

    /**
     * @param start sequence; -1 for the last message of each subject
     */
    private Opened open(String filter, long start) throws IOException, JetStreamApiException {
        if (deadline.passed()) {
            throw new IOException("the time is over");
        }
        ConsumerConfiguration.Builder wish = ConsumerConfiguration.builder()
                .ackPolicy(AckPolicy.None)
                .filterSubject(filter)
                .memStorage(true)
                .numReplicas(1)
                .inactiveThreshold(ABANDONED);
        if (start < 0) {
            wish.deliverPolicy(DeliverPolicy.LastPerSubject);
        } else {
            wish.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(Math.max(1, start));
        }
        ConsumerInfo info = management.createConsumer(fetch.stream(), wish.build());
        return new Opened(info.getName(), start, info.getNumPending());
    }

    /** Whether all that was wanted has been read. */
    private boolean drain(Opened consumer, long wanted, long skip, Republication names, List<Stored> values)
            throws IOException, JetStreamApiException, InterruptedException {
        JetStreamSubscription subscription = connection
                .jetStream(OPTIONS)
                .subscribe(null, PullSubscribeOptions.fastBind(fetch.stream(), consumer.name));
        try {
            long bytes = 0;
            for (long read = 0; read < wanted; ) {
                List<Message> batch = pull(subscription, (int) Math.min(BATCH, wanted - read));
                if (batch.isEmpty() || bytes > MAX_BYTES) {
                    return false;
                }
                for (Message message : batch) {
                    if (read++ >= skip) {
                        bytes += keep(message, names, values);
                    }
                }
            }
            return true;
        } finally {
            subscription.unsubscribe();
        }
    }

    /** The next messages, fewer when they are large; none when time is over or the server has no more. */
    private List<Message> pull(JetStreamSubscription subscription, int most) throws InterruptedException {
        List<Message> batch = new ArrayList<>();
        subscription.pull(PullRequestOptions.builder(most)
                .maxBytes(connection.getMaxPayload() + MAX_BYTES / 4)
                .noWait()
                .build());
        try {
            while (batch.size() < most && !deadline.passed()) {
                Message message =
                        subscription.nextMessage(Duration.ofMillis(Math.min(deadline.remainingMillis(), 1_000)));
                if (message == null) {
                    break;
                }
                batch.add(message);
            }
        } catch (JetStreamStatusException e) {
            LOG.debug("the stream {} ended a read: {}", fetch.stream(), LinkWatch.text(e));
        }
        return batch;
    }

    private static long keep(Message message, Republication names, List<Stored> values) {
        String subject = names.published(message.getSubject());
        if (subject == null) {
            return 0;
        }
        NatsJetStreamMetaData data = message.metaData();
        byte[] body = message.getData();
        values.add(new Stored(
                subject,
                data.streamSequence(),
                data.timestamp().toInstant().toEpochMilli(),
                body == null ? Payload.EMPTY : Payload.of(body)));
        return 96 + subject.length() + (body == null ? 0 : body.length);
    }

    private void discard(Opened consumer) {
        try {
            management.deleteConsumer(fetch.stream(), consumer.name);
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            LOG.debug("a consumer is left to the server's own clean-up: {}", LinkWatch.text(e));
        }
    }
}
