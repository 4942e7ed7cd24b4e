// The part of System.Text.Json.Nodes (.NET 8) that generated programs use, for mono, which has none of it.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace System.Text.Json.Nodes
{
    public abstract class JsonNode
    {
        public static JsonNode Parse(string json)
        {
            return new Reader(json).Document();
        }

        public JsonArray AsArray()
        {
            return this as JsonArray ?? throw new InvalidOperationException();
        }

        public JsonObject AsObject()
        {
            return this as JsonObject ?? throw new InvalidOperationException();
        }

        public abstract string ToJsonString();

        public static bool DeepEquals(JsonNode a, JsonNode b)
        {
            return (a == null ? "null" : a.ToJsonString()) == (b == null ? "null" : b.ToJsonString());
        }
    }

    public class JsonArray : JsonNode
    {
        public readonly List<JsonNode> items = new List<JsonNode>();
        public int Count => items.Count;
        public JsonNode this[int index] => items[index];

        public override string ToJsonString()
        {
            return "[" + string.Join(",", items.Select(each => each == null ? "null" : each.ToJsonString())) + "]";
        }
    }

    public class JsonObject : JsonNode
    {
        public readonly SortedDictionary<string, JsonNode> members = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        public JsonNode this[string name] => members.TryGetValue(name, out var value) ? value : null;

        public override string ToJsonString()
        {
            return "{" + string.Join(",", members.Select(each => JsonValue.Quoted(each.Key) + ":" + (each.Value == null ? "null" : each.Value.ToJsonString()))) + "}";
        }
    }

    public class JsonValue : JsonNode
    {
        public object value;

        public bool TryGetValue<T>(out T result)
        {
            result = value is T ? (T)value : default(T);
            return value is T;
        }

        public override string ToJsonString()
        {
            if (value is string) return Quoted((string)value);
            return value is bool ? ((bool)value ? "true" : "false") : ((decimal)value).ToString(CultureInfo.InvariantCulture);
        }

        public static string Quoted(string text)
        {
            return "\"" + string.Concat(text.Select(each => each < ' ' || each == '"' || each == '\\' ? "\\u" + ((int)each).ToString("x4") : each.ToString())) + "\"";
        }
    }

    class Reader
    {
        readonly string text;
        int at;

        public Reader(string text)
        {
            this.text = text;
        }

        public JsonNode Document()
        {
            var value = Value();
            if (Peek() != '\0') throw new FormatException("no JSON");
            return value;
        }

        char Peek()
        {
            while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0) at++;
            return at < text.Length ? text[at] : '\0';
        }

        bool Takes(char wanted)
        {
            if (Peek() != wanted) return false;
            at++;
            return true;
        }

        void Expect(char wanted)
        {
            if (!Takes(wanted)) throw new FormatException("no JSON");
        }

        JsonNode Value()
        {
            switch (Peek())
            {
                case '{':
                    return Object();
                case '[':
                    return Array();
                case '"':
                    return new JsonValue { value = String() };
                default:
                    return Word();
            }
        }

        JsonNode Object()
        {
            var found = new JsonObject();
            Expect('{');
            while (!Takes('}'))
            {
                if (found.members.Count > 0) Expect(',');
                Peek();
                var name = String();
                Expect(':');
                found.members[name] = Value();
            }
            return found;
        }

        JsonNode Array()
        {
            var found = new JsonArray();
            Expect('[');
            while (!Takes(']'))
            {
                if (found.Count > 0) Expect(',');
                found.items.Add(Value());
            }
            return found;
        }

        JsonNode Word()
        {
            var start = at;
            while (at < text.Length && "+-.eE0123456789truefalsn".IndexOf(text[at]) >= 0) at++;
            var word = text.Substring(start, at - start);
            if (word == "null") return null;
            if (word == "true" || word == "false") return new JsonValue { value = word == "true" };
            return new JsonValue { value = decimal.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture) };
        }

        string String()
        {
            Expect('"');
            var found = new StringBuilder();
            while (text[at] != '"')
            {
                var next = text[at++];
                if (next != '\\')
                {
                    found.Append(next);
                    continue;
                }
                var escape = text[at++];
                var plain = "bfnrt".IndexOf(escape);
                if (escape == 'u')
                {
                    found.Append((char)Convert.ToInt32(text.Substring(at, 4), 16));
                    at += 4;
                }
                else found.Append(plain >= 0 ? "\b\f\n\r\t"[plain] : escape);
            }
            at++;
            return found.ToString();
        }
    }
}
