package io.xy.gateway.shared.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Fields of a library that it does not give away. Whoever reaches into one says against which version it was checked. */
public final class HiddenField {
    private HiddenField() {}

    /**
     * @throws ExceptionInInitializerError when there is no such field: another version of the library
     */
    public static VarHandle of(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
