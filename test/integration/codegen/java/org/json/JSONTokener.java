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
        StringBuilder value = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char next = text.charAt(at);
            if (next != '\\') {
                value.append(next);
                continue;
            }
            char escape = text.charAt(++at);
            int plain = "bfnrt".indexOf(escape);
            if (escape == 'u') {
                value.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                at += 4;
            } else value.append(plain >= 0 ? "\b\f\n\r\t".charAt(plain) : escape);
        }
        at++;
        return value.toString();
    }
}
