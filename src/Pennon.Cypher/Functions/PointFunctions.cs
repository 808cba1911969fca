using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Points, their distance and boxes.</summary>
internal static class PointFunctions
{
    public static void Register(FunctionTable table)
    {
        table.Add("point", 1, (arguments, _) =>
            arguments[0].Type == CypherType.Map ? Create(arguments[0].AsMap()) : throw Argument.Wrong("point", "a Map of coordinates", arguments[0]));
        table.Add("point.distance", 2, (arguments, _) => Both(arguments) is var (a, b) ? PointFields.Distance(a, b) : default);
        table.Alias("distance", "point.distance");
        table.Add("point.withinBBox", 3, (arguments, _) => Within(arguments));
    }

    static (CypherPoint, CypherPoint)? Both(ReadOnlySpan<CypherValue> arguments) =>
        arguments[0].Type == CypherType.Point && arguments[1].Type == CypherType.Point ? (arguments[0].AsPoint(), arguments[1].AsPoint()) : null;

    static CypherValue Create(CypherMap map)
    {
        foreach (var value in map.ValueSpan)
        {
            if (value.IsNull)
            {
                return default;
            }
        }
        bool geographic = map.ContainsKey("longitude") || map.ContainsKey("latitude") || map.ContainsKey("height");
        bool third = map.ContainsKey("z") || map.ContainsKey("height");
        if (map.TryGetValue("crs", out var crs))
        {
            geographic = Argument.Text("point", crs).ToLowerInvariant() switch
            {
                "cartesian" or "cartesian-3d" => false,
                "wgs-84" or "wgs-84-3d" => true,
                _ => throw new CypherRuntimeException($"{crs} is not a coordinate system; known are cartesian, cartesian-3D, wgs-84 and wgs-84-3D.", "InvalidArgumentValue"),
            };
        }
        else if (map.TryGetValue("srid", out var srid))
        {
            geographic = srid == 4326L || srid == 4979L || (srid != 7203L && srid != 9157L
                ? throw new CypherRuntimeException($"{srid} is not a known SRID; known are 7203, 9157, 4326 and 4979.", "InvalidArgumentValue")
                : false);
        }
        double x = Coordinate(map, "x", "longitude"), y = Coordinate(map, "y", "latitude"), z = third ? Coordinate(map, "z", "height") : double.NaN;
        if (geographic && Math.Abs(y) > 90)
        {
            throw new CypherRuntimeException($"A latitude lies between -90 and 90 degrees, but it is {y}.", "InvalidArgumentValue");
        }
        return new CypherPoint(geographic ? third ? 4979 : 4326 : third ? 9157 : 7203, x, y, z);
    }

    static double Coordinate(CypherMap map, string key, string other) =>
        map.TryGetValue(key, out var value) || map.TryGetValue(other, out value)
            ? Argument.Number("point", value)
            : throw new CypherRuntimeException($"point() needs the coordinate '{key}' or '{other}'.", "InvalidArgumentValue");

    static CypherValue Within(ReadOnlySpan<CypherValue> arguments)
    {
        foreach (ref readonly var argument in arguments)
        {
            if (argument.Type != CypherType.Point)
            {
                throw Argument.Wrong("point.withinBBox", "Points", argument);
            }
        }
        CypherPoint point = arguments[0].AsPoint(), low = arguments[1].AsPoint(), high = arguments[2].AsPoint();
        if (point.Srid != low.Srid || point.Srid != high.Srid)
        {
            return default;
        }
        // A box over the antimeridian has its lower left corner east of its upper right one.
        bool x = point.IsGeographic && low.X > high.X ? point.X >= low.X || point.X <= high.X : point.X >= low.X && point.X <= high.X;
        return x && point.Y >= low.Y && point.Y <= high.Y && (!point.Is3D || (point.Z >= low.Z && point.Z <= high.Z));
    }
}
