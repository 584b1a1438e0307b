package io.xy.gateway.shared.config;

import java.util.List;

/**
 * What there is to know about one setting; the README's configuration table is made of these.
 *
 * @param allowed range, words or form, as text for people
 * @param environment names of variables that set it, the strongest first
 */
public record Setting(
        String path, String type, String fallback, String allowed, List<String> environment, String description) {}
