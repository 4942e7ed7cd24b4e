package org.json;

import java.util.List;
import java.util.Map;

public class JSONPointer {
    private final List<String> place;

    public JSONPointer(List<String> place) {
        this.place = place;
    }

    public Object queryFrom(Object document) {
        Object value = document;
        for (String step : place)
            value = value instanceof Map ? ((Map<?, ?>) value).get(step) : ((List<?>) value).get(Integer.parseInt(step));
        return value;
    }
}
