package io.xy.gateway.httpapi.front;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.MimeMapping;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.shared.error.GatewayError;

/** The console page, the description of the API, and their files, from the class path. A cold path: here a router is worth its price. */
final class Pages {
    private static final String API = "/api/";
    private static final String WEBJARS = "/webjars/";
    private static final CharSequence CSP_NAME = HttpHeaders.createOptimized("content-security-policy");
    private static final CharSequence CSP =
            HttpHeaders.createOptimized("default-src 'self'; connect-src 'self' ws: wss:;"
                    + " style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
                    + " form-action 'self'; frame-ancestors 'none'");
    private static final CharSequence PERMISSIONS_NAME = HttpHeaders.createOptimized("permissions-policy");
    private static final CharSequence PERMISSIONS =
            HttpHeaders.createOptimized("accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(),"
                    + " microphone=(), midi=(), payment=(), usb=()");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");

    private final Router router;
    private final Writer writer;

    Pages(Vertx vertx, Writer writer, ApiDocument document) {
        this.writer = writer;
        router = Router.router(vertx);
        get(WEBJARS + "*")
                .handler(Pages::type)
                .handler(files("META-INF/resources/webjars").setMaxAgeSeconds(86_400));
        get("/openapi.json").handler(document::handle);
        Buffer docs = vertx.fileSystem().readFileBlocking("web/docs.html");
        get("/docs").handler(context -> docs(context, docs));
        get("/*").handler(Pages::type).handler(files("web"));
        router.route().handler(this::missing);
        // The static handler refuses some names itself; all of that is "not found" to a client.
        router.route().failureHandler(this::missing);
    }

    private Route get(String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** Everything outside the API may be a file. */
    boolean serves(String path) {
        return !path.startsWith(API);
    }

    void handle(HttpServerRequest request) {
        MultiMap headers = request.response().headers();
        headers.set(CSP_NAME, CSP);
        headers.set(PERMISSIONS_NAME, PERMISSIONS);
        if (request.path().startsWith(WEBJARS)) {
            headers.remove(HttpHeaders.CACHE_CONTROL);
        } else {
            headers.set(HttpHeaders.CACHE_CONTROL, NO_CACHE);
        }
        router.handle(request);
    }

    /** The page refers to what is beside it, so it has one address only. */
    private static void docs(RoutingContext context, Buffer docs) {
        if (context.request().path().endsWith("/")) {
            context.redirect("../docs");
        } else {
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8")
                    .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(docs.length()));
            if (context.request().method() == HttpMethod.HEAD) {
                context.end();
            } else {
                context.end(docs);
            }
        }
    }

    /** The handler of files names the type only with the file itself. */
    private static void type(RoutingContext context) {
        if (context.request().method() == HttpMethod.HEAD) {
            String path = context.normalizedPath();
            String type = MimeMapping.mimeTypeForFilename(path.endsWith("/") ? "index.html" : path);
            if (type != null) {
                String charset = type.startsWith("text") ? ";charset=UTF-8" : "";
                context.response().putHeader(HttpHeaders.CONTENT_TYPE, type + charset);
            }
        }
        context.next();
    }

    private void missing(RoutingContext context) {
        HttpServerRequest request = context.request();
        MultiMap headers = request.response().headers();
        String requestId = headers.get(Writer.REQUEST_ID);
        headers.clear();
        writer.prepare(request, requestId);
        writer.write(
                request,
                Problems.answer(GatewayError.NOT_FOUND.notExecuted("Nothing is served here"), requestId),
                "page");
    }

    private static StaticHandler files(String root) {
        return StaticHandler.create(FileSystemAccess.RELATIVE, root)
                .setDirectoryListing(false)
                .setIncludeHidden(false)
                .setFilesReadOnly(true)
                .setSendVaryHeader(false);
    }
}
