package io.xy.gateway.natsbridge.child;

import java.util.concurrent.CountDownLatch;

/** A program that only has a child server, to be killed. */
final class ChildOfAnotherJvm {
    private ChildOfAnotherJvm() {}

    public static void main(String[] arguments) throws InterruptedException {
        ChildNatsServer child = new ChildNatsServer(arguments[0], Integer.parseInt(arguments[1]));
        child.start(() -> System.out.println("ready"));
        new CountDownLatch(1).await();
    }
}
