package io.xy.gateway.httpapi.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real event loop: each {@link #turn} is one of its tasks, and what a turn leaves behind has run before the next. */
class TurnFlushTest {
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final LocalAddress address = new LocalAddress(TurnFlushTest.class);
    /** Names of channels, each time that one is flushed. */
    private final List<String> flushed = new ArrayList<>();

    private final StringBuilder received = new StringBuilder();

    @BeforeEach
    void listen() {
        new ServerBootstrap()
                .group(loop)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                                received.append(bytes.toString(StandardCharsets.US_ASCII));
                            }
                        });
                    }
                })
                .bind(address)
                .syncUninterruptibly();
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void whatIsWrittenLeavesWithTheEndOfTheTurnInOneFlush() throws Exception {
        Channel channel = connect("a");
        turn(() -> {
            write(channel, "1");
            write(channel, "2");
            assertThat(flushed).isEmpty();
        });
        turn(() -> {
            assertThat(flushed).containsExactly("a");
            write(channel, "3");
        });
        turn(() -> assertThat(flushed).containsExactly("a", "a"));
        turn(() -> assertThat(received).hasToString("123"));
    }

    @Test
    void allChannelsOfATurnLeaveInTheOrderInWhichTheyWereWrittenTo() throws Exception {
        Channel first = connect("a");
        Channel second = connect("b");
        turn(() -> {
            write(first, "1");
            write(second, "3");
            write(first, "2");
        });
        turn(() -> assertThat(flushed).containsExactly("a", "b"));
        turn(() -> assertThat(received).hasToString("123"));
    }

    @Test
    void aLongTurnDoesNotKeepItsFirstAnswersWaiting() throws Exception {
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i <= TurnFlush.MOST; i++) {
            channels.add(connect("channel " + i));
        }
        turn(() -> {
            for (Channel channel : channels.subList(0, TurnFlush.MOST - 1)) {
                write(channel, "1");
            }
            assertThat(flushed).isEmpty();
            write(channels.get(TurnFlush.MOST - 1), "1");
            assertThat(flushed).hasSize(TurnFlush.MOST).startsWith("channel 0").doesNotHaveDuplicates();
            write(channels.get(TurnFlush.MOST), "1");
            assertThat(flushed).hasSize(TurnFlush.MOST);
        });
        turn(() -> assertThat(flushed).hasSize(TurnFlush.MOST + 1).endsWith("channel " + TurnFlush.MOST));
    }

    @Test
    void aFullChannelIsNotKeptWaiting() throws Exception {
        Channel channel = connect("a");
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
        String much = "2".repeat(2_000);
        turn(() -> {
            write(channel, "1");
            assertThat(flushed).isEmpty();
            write(channel, much);
            assertThat(flushed).containsExactly("a");
        });
        turn(() -> assertThat(flushed).containsExactly("a"));
        turn(() -> assertThat(received).hasToString("1" + much));
    }

    @Test
    void whatWasWrittenBeforeAnEndStillLeaves() throws Exception {
        Channel closed = connect("closed");
        Channel left = connect("left");
        Channel freed = connect("freed");
        turn(() -> {
            write(closed, "1");
            ChannelFuture end = closed.close();
            assertThat(flushed).containsExactly("closed");
            assertThat(end.isSuccess()).isTrue();
            write(left, "2");
            assertThat(left.disconnect().isSuccess()).isTrue();
            write(freed, "3");
            freed.pipeline().remove(TurnFlush.class);
            assertThat(flushed).containsExactly("closed", "left", "freed");
            write(freed, "4");
            assertThat(flushed).hasSize(4);
        });
        turn(() -> assertThat(flushed).hasSize(4));
        turn(() -> assertThat(received).hasToString("1234"));
    }

    private Channel connect(String name) {
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(LocalChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .syncUninterruptibly()
                .channel();
        loop.submit(() -> {
                    TurnFlush.install(channel);
                    channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void flush(ChannelHandlerContext context) {
                            flushed.add(name);
                            context.flush();
                        }
                    });
                })
                .syncUninterruptibly();
        return channel;
    }

    private void turn(Runnable work) throws Exception {
        loop.submit(work).get(10, TimeUnit.SECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what becomes of it is what the test looks at
    private static void write(Channel channel, String text) {
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }
}
