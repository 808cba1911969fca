using Pennon.Cypher.Execution;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Planning;

/// <summary>The plans of one snapshot by text. One text has several plans when its parameters came with different kinds of values.</summary>
internal sealed class PlanCache(GraphReader reader, int capacity)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, PreparedQuery[]> _plans = new(StringComparer.Ordinal);
    readonly Queue<string> _oldest = new();

    public GraphReader Reader => reader;

    public PreparedQuery? Find(string text, IReadOnlyDictionary<string, CypherValue> parameters)
    {
        PreparedQuery[]? plans;
        lock (_lock)
        {
            _plans.TryGetValue(text, out plans);
        }
        foreach (var plan in plans ?? [])
        {
            if (plan.Fits(parameters))
            {
                return plan;
            }
        }
        return null;
    }

    public void Add(PreparedQuery plan)
    {
        lock (_lock)
        {
            if (_plans.TryGetValue(plan.Text, out var others))
            {
                _plans[plan.Text] = [.. others.TakeLast(7), plan];
                return;
            }
            if (_plans.Count == capacity)
            {
                _plans.Remove(_oldest.Dequeue());
            }
            _plans.Add(plan.Text, [plan]);
            _oldest.Enqueue(plan.Text);
        }
    }
}
