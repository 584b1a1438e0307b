package io.xy.gateway.zmqbridge.zmtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dealer in front of a peer that says what it likes, byte by byte. */
@Tag("Z1")
class DealerTest {
    private static final int LONGEST = 10_000;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Vertx vertx = TestVertx.create();
    private final Context context = vertx.getOrCreateContext();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private RawPeer peer;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Dealer dealer;

    @BeforeEach
    void start() throws IOException {
        peer = new RawPeer();
        dealer = onLoop(() -> new Dealers(vertx, CurveRing.NONE, LONGEST).open(peer.endpoint(), new Dealer.Listener() {
            @Override
            public void onUp() {
                heard.add("up");
            }

            @Override
            public void onLost() {
                heard.add("lost");
            }

            @Override
            public void onMessage(List<byte[]> frames) {
                heard.add(frames.stream()
                        .map(frame -> new String(frame, StandardCharsets.ISO_8859_1))
                        .toList()
                        .toString());
            }
        }));
    }

    @AfterEach
    void stop() throws IOException {
        TestVertx.close(vertx);
        peer.close();
    }

    @Test
    void itGreetsAsTheRfcSaysAndSendsOnlyToAPeerThatIsReady() throws Exception {
        assertThat(send("early")).isFalse();
        byte[][] said = peer.greet();
        assertThat(said[0]).startsWith(0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1, 'N', 'U', 'L', 'L', 0);
        assertThat(new String(said[1], StandardCharsets.ISO_8859_1))
                .isEqualTo("\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0");
        awaitHeard("up");
        assertThat(send("first", "", "x".repeat(300))).isTrue();
        assertThat(send("second")).isTrue();
        assertThat(peer.frame(Wire.MORE)).asString().isEqualTo("first");
        assertThat(peer.frame(Wire.MORE)).isEmpty();
        assertThat(peer.frame(0)).hasSize(300);
        assertThat(peer.frame(0)).asString().isEqualTo("second");
        peer.say("\1\1a\1\0\0\1b");
        awaitHeard("up", "[a, , b]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\5READY\13socket-type\0\0\0\6ROUTER",
                "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\2me\1X\0\0\0\0",
                "\5READY\13Socket-Type\0\0\0\3REP"
            })
    void aPeerMaySayMoreAndSayItDifferently(String ready) throws Exception {
        peer.accept();
        for (byte each : RawPeer.greeting(4, "NULL")) {
            peer.say(new byte[] {each});
        }
        peer.command(ready);
        awaitHeard("up");
        peer.say("\2\0\0\0\0\0\0\0\1a");
        awaitHeard("up", "[a]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16})
    void aPingIsAnsweredWithWhatItHolds(int context) throws Exception {
        peer.greet();
        peer.command("\4PING\0\144" + "c".repeat(context));
        assertThat(peer.frame(Wire.COMMAND)).asString().isEqualTo("\4PONG" + "c".repeat(context));
    }

    @Test
    void whoAnswersNoPingIsLeftAndTriedAgain() throws Exception {
        peer.greet();
        assertThat(peer.isEnded()).isTrue();
        awaitHeard("up", "lost");
        peer.greet();
        awaitHeard("up", "lost", "up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "\u0016\u0003\u0001\2\0\1\0\1",
                "\u00ff\0\0\0\0\0\0\0\1\u007e",
                "\u00ff\0\0\0\0\0\0\0\1\u007f\1\5",
                "\u00ff\0\0\0\0\0\0\0\0\u007f\2\0"
            })
    void whoGreetsOtherwiseIsNoPeer(String greeting) throws Exception {
        peer.accept();
        peer.say(greeting);
        assertThat(peer.isEnded()).isTrue();
        peer.greet();
        awaitHeard("up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CURVE", "PLAIN", "NULL2", ""})
    void whoWantsAnotherMechanismIsNoPeer(String mechanism) throws Exception {
        peer.accept();
        peer.say(RawPeer.greeting(3, mechanism));
        assertThat(peer.isEnded()).isTrue();
        assertThat(heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\4\7\5ERROR\0",
                "\4\7\5HELLO\0",
                "\4\0",
                "\0\1x",
                "\4\31\5READY\13Socket-Type\0\0\0\3PUB",
                "\4\6\5READY",
                "\4\25\5READY\13Socket-Type\0\0\0\6R",
                "\4\10\5READY\13S",
                "\4\25\5READY\13Socket-Type\u00ff\u00ff\u00ff\u00ffR"
            })
    void whoBreaksTheHandshakeIsNoPeer(String frame) throws Exception {
        peer.accept();
        peer.say(RawPeer.greeting(3, "NULL"));
        peer.say(frame);
        assertThat(peer.isEnded()).isTrue();
        peer.greet();
        awaitHeard("up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\2\0\0\0\0\0\0\377\377",
                "\2\377\377\377\377\377\377\377\377",
                "\2\200\0\0\0\0\0\0\20",
                "\10\0",
                "\4\30\4PING\0\36ccccccccccccccccc",
                "\4\6\4PING\0"
            })
    void whoBreaksTheProtocolLaterIsLost(String frame) throws Exception {
        peer.greet();
        peer.say("\0\1a" + frame);
        assertThat(peer.isEnded()).isTrue();
        awaitHeard("up", "[a]", "lost");
        peer.greet();
        awaitHeard("up", "[a]", "lost", "up");
    }

    @Test
    void aMessageHasAtMostSixteenFramesAndItsBytesAreBounded() throws Exception {
        peer.greet();
        peer.say("\1\1a".repeat(15) + "\0\1a");
        peer.say("\1\1a".repeat(1_000) + "\0\1a" + "\0\1b");
        awaitHeard("up", "[" + "a, ".repeat(15) + "a]", "[]", "[b]");
        peer.say(("\1\310" + "x".repeat(200)).repeat(200));
        awaitHeard("up", "[" + "a, ".repeat(15) + "a]", "[]", "[b]", "lost");
    }

    @Test
    void aPeerThatDoesNotReadIsRefusedAndAClosedDealerSaysNothing() throws Exception {
        peer.greet();
        awaitHeard("up");
        String much = "x".repeat(100_000);
        Await.until("the peer takes no more", () -> !send(much));
        onLoop(() -> {
            dealer.close();
            return true;
        });
        assertThat(peer.isEnded()).isTrue();
        assertThat(send("late")).isFalse();
        assertThat(heard).containsExactly("up");
    }

    private boolean send(String... frames) {
        return onLoop(() -> dealer.send(List.of(frames).stream()
                .map(frame -> frame.getBytes(StandardCharsets.ISO_8859_1))
                .toList()));
    }

    private void awaitHeard(String... what) {
        Await.until("it hears " + List.of(what), () -> heard.equals(List.of(what)));
    }

    private <T> T onLoop(Callable<T> task) {
        return TestVertx.await(Future.future(promise -> context.runOnContext(turn -> {
            try {
                promise.complete(task.call());
            } catch (Exception e) {
                promise.fail(e);
            }
        })));
    }
}
