package io.xy.gateway.simulator.desk;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The mock desk: four services that share nothing, so that each can have a thread of its own. */
public final class Desk {
    private Desk() {}

    /**
     * @param events hears what happens, on the thread of the service where it happens
     * @param random one generator per service is split off, so that a seed makes everything repeatable
     */
    public static List<DeskService> services(
            DeskClock clock, RandomGenerator.SplittableGenerator random, Consumer<DeskEvent> events) {
        return List.of(
                AuthDesk.service(),
                AccountDesk.service(clock, random.split(), events),
                AlgorithmDesk.service(clock, random.split(), events),
                InstructionDesk.service(clock, events));
    }
}
