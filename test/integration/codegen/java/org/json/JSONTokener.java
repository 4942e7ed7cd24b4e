package org.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Enough of JSON for the messages of the test. */
public class JSONTokener {
    private final String text;
    private int at = 0;

    public JSONTokener(String text) {
        this.text = text;
    }

    public Object nextValue() {
        char next = peek();
        if (next == '{') return object();
        if (next == '[') return list();
        if (next == '"') return string();
        int start = at;
        while (at < text.length() && "+-.eE0123456789truefalsn".indexOf(text.charAt(at)) >= 0) at++;
        String word = text.substring(start, at);
        if (word.isEmpty()) throw new IllegalStateException("no JSON");
        return word.matches("-?\\d+") ? (Object) Long.valueOf(word) : word.equals("null") ? null : Boolean.valueOf(word);
    }

    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        if (at >= text.length()) throw new IllegalStateException("no JSON");
        return text.charAt(at);
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        while (peek() != '}') {
            if (peek() == ',') at++;
            peek();
            String key = string();
            if (peek() != ':') throw new IllegalStateException("no JSON");
            at++;
            object.put(key, nextValue());
        }
        at++;
        return object;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        at++;
        while (peek() != ']') {
            if (peek() == ',') at++;
            list.add(nextValue());
        }
        at++;
        return list;
    }

    private String string() {
        int end = text.indexOf('"', at + 1);
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }
}
