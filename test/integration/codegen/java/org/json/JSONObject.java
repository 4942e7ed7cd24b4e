package org.json;

public class JSONObject {
    /** A value as JSON text: here only numbers and literals. */
    public static String valueToString(Object value) {
        return String.valueOf(value);
    }
}
