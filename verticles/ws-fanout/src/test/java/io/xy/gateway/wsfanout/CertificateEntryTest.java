package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs with a client certificate instead of a token, at the streaming port, over real TLS. */
@Tag("B2")
@Tag("N3")
class CertificateEntryTest {
    private static final String XY = "xy.v1.json";
    private static final String CLIENTS = """
            tls:
              clients:
                - {subject: "CN=by-subject", client: desk-1, role: viewer, accounts: [account1]}
                - {name: desk.example, client: desk-2, role: admin, accounts: ["*"]}
                - {subject: "CN=both", name: "spiffe://desk/both", client: desk-3, role: operator}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Authority authority;

    @SuppressWarnings("NullAway.Init") // set by each test
    private Gateway gateway;

    @BeforeEach
    void issue() throws IOException {
        authority = new Authority(directory, "good");
        authority.issue("server", "DNS:localhost,IP:127.0.0.1");
        authority.issue("by-subject", "DNS:x.example");
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private void start(String... more) {
        List<String> environment = new ArrayList<>(List.of(
                "TLS_ENABLE", "true",
                "TLS_CERT_PATH", directory.resolve("server.pem").toString(),
                "TLS_KEY_PATH", directory.resolve("server.key").toString(),
                "TLS_CA_PATH", directory.resolve("good-ca.pem").toString(),
                "WS_SUBJECT_WHITELIST", "xy.md.>,xy.acct.>"));
        environment.addAll(List.of(more));
        gateway = Gateway.startConfigured(CLIENTS, environment.toArray(new String[0]));
    }

    private XyTestClient connect(String certificate, String... protocols) {
        return connect(certificate, "/ws", MultiMap.caseInsensitiveMultiMap(), protocols);
    }

    private XyTestClient connect(String certificate, String uri, MultiMap headers, String... protocols) {
        return XyTestClient.connect(
                gateway.vertx(),
                authority.client(certificate, new WebSocketClientOptions()),
                gateway.port(),
                uri,
                headers,
                protocols);
    }

    /** The status and body with which an upgrade is refused. */
    private String refusal(String certificate, MultiMap headers, String... protocols) {
        try {
            connect(certificate, "/ws", headers, protocols);
        } catch (UpgradeRejectedException refused) {
            return refused.getStatus() + " " + refused.getBody();
        }
        throw new AssertionError("the upgrade was not refused");
    }

    private static MultiMap none() {
        return MultiMap.caseInsensitiveMultiMap();
    }

    private static MultiMap bearer(String token) {
        return none().add("Authorization", "Bearer " + token);
    }

    @ParameterizedTest
    @CsvSource({
        "by-subject, DNS:x.example, desk-1",
        "by-name, DNS:desk.example, desk-2",
        "both, URI:spiffe://desk/both, desk-3"
    })
    void aCertificateOpensTheSocketOfWhomTheConfigurationSays(String subject, String names, String client)
            throws Exception {
        authority.issue(subject, names);
        start();
        XyTestClient xy = connect(subject, XY);
        JsonObject hello = xy.await("hello").getJsonObject(1);
        assertThat(hello.getString("user")).isEqualTo(client);
        xy.subscribe(1, "xy.md.a");
        XyTestClient old = connect(subject);
        old.socket().textMessageHandler(old.frames()::add);
        old.sendText("{\"type\":\"ping\"}");
        Await.until("the second client is counted", () -> gateway.figure("clients") == 2);
    }

    @Test
    void itsAccountsAreItsOwn() {
        start();
        XyTestClient client = connect("by-subject", XY);
        client.subscribe(1, "xy.acct.account1.>");
        client.send(new JsonObject().put("op", "sub").put("id", 2).put("sub", 2).put("s", "xy.acct.account2.>"));
        assertThat(client.await("err").getJsonObject(2).getString("code")).isEqualTo("forbidden");
    }

    @ParameterizedTest
    @CsvSource({
        "both, URI:spiffe://desk/other",
        "elsewhere, DNS:not.desk.example",
        "by-subject.evil, DNS:x.example",
        "BY-SUBJECT2, DNS:desk.example.evil"
    })
    void oneThatIsNobodysOpensNothingUntilATokenSaysWhoItIs(String subject, String names) throws Exception {
        authority.issue(subject, names);
        start();
        assertThat(refusal(subject, none())).startsWith("401 ").contains("\"ref\":\"XYW001\"");
        XyTestClient client = connect(subject, XY);
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isNull();
        client.send(new JsonObject().put("op", "sub").put("id", 1).put("sub", 1).put("s", "xy.md.a"));
        assertThat(client.await("err").getJsonObject(2).getString("code")).isEqualTo("unauthorized");
        client.authenticate(gateway.token());
        client.subscribe(2, "xy.md.a");
    }

    @Test
    void withoutOneATokenIsNeededAsEver() {
        start();
        assertThat(refusal("", none())).startsWith("401 ").contains("\"ref\":\"XYW001\"");
        XyTestClient client = connect("", XY);
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isNull();
        client.authenticate(gateway.token());
        client.subscribe(1, "xy.md.a");
    }

    @Test
    void aTokenThatIsOfferedDecidesGoodOrBad() {
        start();
        assertThat(refusal("by-subject", bearer("x.y.z"), XY)).startsWith("401 ");
        XyTestClient client = connect("by-subject", "/ws", bearer(gateway.token()), XY);
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isEqualTo("t07");
    }

    @Test
    void nobodyBecomesSomebodyElseOnAnOpenSocketNorSaysWhatOnlyTheHandshakeShows() throws Exception {
        authority.issue("by-name", "DNS:desk.example");
        start();
        XyTestClient client = connect("by-subject", XY);
        client.send(new JsonObject().put("op", "auth").put("id", 1).put("token", gateway.token()));
        assertThat(client.await("err", r -> r.getLong(1) == 1).getJsonObject(2).getString("code"))
                .isEqualTo("forbidden");
        client.authenticate(gateway.token(Gateway.principal("desk-1", List.of(), List.of())));
        XyTestClient later = connect("", XY);
        later.send(new JsonObject().put("op", "auth").put("id", 1).put("token", "cert:AAAA"));
        assertThat(later.awaitClose()).isEqualTo(4203);
        assertThat(refusal("", bearer("cert:AAAA"), XY)).startsWith("401 ");
    }

    @Test
    void whereTokensAreOptionalAStrangerWithACertificateIsNotAnonymous() throws Exception {
        authority.issue("stranger", "DNS:x.example");
        start("JWT_OPTIONAL", "true");
        assertThat(connect("", XY).await("hello").getJsonObject(1).getString("user"))
                .isEqualTo("anonymous");
        assertThat(connect("by-subject", XY).await("hello").getJsonObject(1).getString("user"))
                .isEqualTo("desk-1");
        assertThat(connect("stranger", XY).await("hello").getJsonObject(1).getString("user"))
                .isNull();
        assertThat(refusal("stranger", none())).startsWith("401 ");
    }

    @Test
    void whereOneIsRequiredNobodyGetsInWithout() {
        start("TLS_CLIENT_REQUIRED", "true");
        assertThat(failure("")).isNotNull().isNotInstanceOf(UpgradeRejectedException.class);
        assertThat(failure("by-subject")).isNull();
    }

    @Test
    void oneOfAnotherAuthorityIsNoneAtAll() throws Exception {
        new Authority(directory, "evil").issue("by-subject", "DNS:desk.example");
        start();
        assertThat(refusal("by-subject", none())).startsWith("401 ").contains("\"ref\":\"XYW001\"");
    }

    @Test
    void oneThatHasEndedIsRefusedInTheHandshake() throws Exception {
        authority.issueUntil("ended", "DNS:desk.example", Instant.now().minusSeconds(5));
        start();
        assertThat(failure("ended")).isNotNull().isNotInstanceOf(UpgradeRejectedException.class);
    }

    @Test
    @Tag("T-J16")
    void itsEndIsToldAhead() throws Exception {
        authority.issueUntil("soon", "DNS:desk.example", Instant.now().plusSeconds(40));
        start();
        XyTestClient client = connect("soon", XY);
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isEqualTo("desk-2");
        assertThat(client.await("auth").getJsonObject(1).getLong("exp")).isBetween(0L, 40_000L);
    }

    /** The end of the certificate and the grace of 25 s that a refresh has. */
    @Test
    @Tag("T-J16")
    @Tag("nightly")
    void oneThatEndsClosesItsSocket() throws Exception {
        authority.issueUntil("soon", "DNS:desk.example", Instant.now().plusSeconds(10));
        start();
        XyTestClient client = connect("soon", XY);
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isEqualTo("desk-2");
        Await.until("the socket is closed", Duration.ofSeconds(50), client::isClosed);
        assertThat(client.awaitClose()).isEqualTo(4200);
    }

    @Test
    @Tag("T-J16")
    void oneThatIsRevokedClosesItsSocketsAndOpensNoMore() throws Exception {
        authority.issue("by-name", "DNS:desk.example");
        start();
        XyTestClient client = connect("by-subject", XY);
        client.subscribe(1, "xy.md.a");
        XyTestClient other = connect("by-name", XY);
        other.await("hello");
        gateway.control(Control.Kind.REVOKE, ClientCertificates.SESSION + "desk-1");
        assertThat(client.awaitClose()).isEqualTo(4201);
        assertThat(refusal("by-subject", none(), XY)).startsWith("401 ").contains("\"ref\":\"XYW005\"");
        other.subscribe(1, "xy.md.a");
        XyTestClient bridge = bridge("by-subject");
        bridge.sendText("{\"type\":\"register\",\"address\":\"xy.md.a\"}");
        bridge.awaitFrame("access_denied");
    }

    @Test
    void callsShowTheCertificateToTheApi() {
        start();
        List<RouteCall> calls = new CopyOnWriteArrayList<>();
        api(calls);
        XyTestClient client = connect("by-subject", XY);
        client.sendText("{\"op\":\"req\",\"id\":40,\"to\":\"/api/v1/x\"}");
        client.await("ok", r -> r.getLong(1) == 40);
        XyTestClient bridge = bridge("by-subject");
        bridge.sendText(
                "{\"type\":\"send\",\"address\":\"xy.api\",\"replyAddress\":\"r\",\"body\":{\"to\":\"GET /api/v1/x\"}}");
        bridge.awaitFrame("\"address\":\"r\"");
        assertThat(calls)
                .extracting(RouteCall::credential)
                .allMatch(ClientCertificates::looksLike)
                .hasSize(2);
        ClientCertificates known = new ClientCertificates(gateway.config().tls().clients());
        assertThat(known.verify(calls.get(0).credential())).isNotNull().matches(who -> who.id()
                .equals("desk-1"));
    }

    @Test
    @Tag("N13")
    void aBridgeClientIsWhomItsCertificateNames() throws Exception {
        authority.issue("stranger", "DNS:x.example");
        start();
        XyTestClient bridge = bridge("by-subject");
        bridge.sendText("{\"type\":\"send\",\"address\":\"xy.auth\",\"replyAddress\":\"who\",\"body\":{}}");
        bridge.awaitFrame("\"user\":\"desk-1\"");
        bridge.sendText("{\"type\":\"register\",\"address\":\"xy.acct.account2.>\"}");
        bridge.awaitFrame("access_denied");
        bridge.sendText("{\"type\":\"register\",\"address\":\"xy.acct.account1.>\"}");
        Await.until("one subscription", () -> gateway.figure("subscriptions") == 1);
        XyTestClient stranger = bridge("stranger");
        stranger.sendText("{\"type\":\"register\",\"address\":\"xy.md.a\"}");
        stranger.awaitFrame("access_denied");
        stranger.sendText("{\"type\":\"register\",\"address\":\"xy.md.a\",\"headers\":{\"Authorization\":\"Bearer "
                + gateway.token() + "\"}}");
        Await.until("the token counts", () -> gateway.figure("subscriptions") == 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "by-name", "stranger"})
    @Tag("N13")
    void aSessionOfPollsIsTheCertificatesThatOpenedIt(String other) throws Exception {
        authority.issue("by-name", "DNS:desk.example");
        authority.issue("stranger", "DNS:x.example");
        start();
        assertThat(post("by-subject", "xhr")).isEqualTo("200 o\n");
        assertThat(post(other, "xhr_send")).startsWith("403 ");
        assertThat(post(other, "xhr")).startsWith("403 ");
        assertThat(post("by-subject", "xhr_send")).startsWith("204 ");
        assertThat(post("by-subject", "xhr")).startsWith("200 a").contains("desk-1");
    }

    private String post(String certificate, String transport) {
        var client = gateway.vertx().createHttpClient(authority.client(certificate, new HttpClientOptions()));
        String ask =
                "[\"{\\\"type\\\":\\\"send\\\",\\\"address\\\":\\\"xy.auth\\\",\\\"replyAddress\\\":\\\"w\\\",\\\"body\\\":{}}\"]";
        return TestVertx.await(
                client.request(HttpMethod.POST, gateway.port(), "127.0.0.1", "/eventbus/000/session1/" + transport)
                        .compose(request -> request.send(transport.equals("xhr_send") ? ask : ""))
                        .compose(response -> response.body().map(body -> response.statusCode() + " " + body))
                        .eventually(client::close));
    }

    private XyTestClient bridge(String certificate) {
        XyTestClient client = connect(certificate, "/eventbus/websocket", none());
        client.socket().textMessageHandler(client.frames()::add);
        return client;
    }

    /** Why a client with this certificate does not get in; null when it does. */
    private @Nullable Throwable failure(String certificate) {
        Future<XyTestClient> opening = XyTestClient.opening(
                gateway.vertx(),
                authority.client(certificate, new WebSocketClientOptions()),
                gateway.port(),
                "/ws",
                none(),
                XY);
        Await.until("it is decided", opening::isComplete);
        return opening.cause();
    }

    private void api(List<RouteCall> calls) {
        TestVertx.await(gateway.bus().serve(Contract.API_CALL, call -> {
            calls.add(call);
            return Future.succeededFuture(CallReply.ok(Payload.utf8("1")));
        }));
        gateway.bus()
                .publish(
                        Contract.HEALTH_REPORT,
                        new HealthReport(
                                Gateway.NODE, Role.HTTP_API, 0, HealthReport.State.UP, 0, List.of(), List.of()));
    }
}
